/** The changes of a user that ask nothing but whether one is sure. */

import type { ChangedUser, User } from "@/api/types";
import { enableUser, inviteAgain, removeSecondFactor, resetPassword } from "@/api/users";

export interface Question {
  title: string;
  /** What the button says that does it. */
  label: string;
  danger?: true;
  words: string[];
  request: (id: string) => Promise<ChangedUser>;
  /** What was done, in words. */
  done: (user: User) => [title: string, message: string];
}

export type Asked = "enable" | "second-factor" | "invitation" | "reset";

export const QUESTIONS: Record<Asked, Question> = {
  enable: {
    title: "Enable this user?",
    label: "Enable user",
    words: [
      "They can sign in again, with the password that they had.",
      "Sessions that ended stay ended.",
    ],
    request: enableUser,
    done: ({ email }) => ["User enabled", `${email} can sign in again.`],
  },
  "second-factor": {
    title: "Remove the second factor?",
    label: "Remove second factor",
    danger: true,
    words: [
      "From then on the password alone is enough to sign in, until they set up another.",
      "Their recovery codes stop working too.",
      "Do this for somebody who has lost the phone and the codes, after you made sure who asks.",
    ],
    request: removeSecondFactor,
    done: ({ email }) => ["Second factor removed", `${email} signs in with the password alone.`],
  },
  invitation: {
    title: "Make a new invitation?",
    label: "Make invitation",
    words: [
      "The link from before stops working.",
      "The new one is shown once, for you to pass on.",
    ],
    request: inviteAgain,
    done: ({ email }) => ["Invitation made", `The link from before no longer works for ${email}.`],
  },
  reset: {
    title: "Make a password reset link?",
    label: "Make link",
    words: [
      "The link is shown once, for you to pass on. It works once and not for long.",
      "Their password stays as it is until they choose another with it. Nobody else learns it.",
      "Make sure who asks before you pass it on: whoever has the link can take the account.",
    ],
    request: resetPassword,
    done: ({ email }) => ["Reset link made", `With it ${email} can choose another password.`],
  },
};
