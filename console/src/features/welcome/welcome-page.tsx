/** Where a link leads that somebody was given: an invitation, or a way to a new password. */

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { inspectLink } from "@/api/links";
import { asProblem } from "@/api/problem";
import { Door } from "@/components/door";
import doorClasses from "@/components/door.module.css";
import { Notice } from "@/components/notice";
import { ChoosePassword } from "./choose-password";

interface WelcomePageProps {
  mark: string;
  /** What stands after the `#`; never part of a request's address. */
  token: string;
  /** Called with the address of the account when its password is set. */
  onSet: (email: string) => void;
  onSignIn: () => void;
}

const TITLES = { invitation: "Welcome to Indelible", reset: "Choose a new password" };

function Spent({ onSignIn }: { onSignIn: () => void }) {
  return (
    <>
      <p className={doorClasses.words}>
        It was used already, is too old, or was not copied as a whole. Whoever administers your
        account can make you a new one.
      </p>
      <Button variant="default" onClick={onSignIn}>
        Go to the sign-in page
      </Button>
    </>
  );
}

export function WelcomePage({ mark, token, onSet, onSignIn }: WelcomePageProps) {
  const link = useQuery({
    queryKey: ["link", token],
    queryFn: () => inspectLink(token),
    enabled: token !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const problem = link.error ? asProblem(link.error) : null;
  const spent = token === "" || problem?.status === 404 || problem?.status === 422;
  const known = link.data ? TITLES[link.data.kind] : "Your link";
  return (
    <Door mark={mark} title={spent ? "This link can’t be used" : known}>
      {spent && <Spent onSignIn={onSignIn} />}
      {problem && !spent && (
        <Notice
          tone="danger"
          title={`${problem.title}.`}
          detail={problem.detail}
          action={{
            label: "Try again",
            run: () => void link.refetch(),
            busy: link.isFetching,
          }}
        />
      )}
      {!spent && link.isPending && <p role="status">Looking up your link…</p>}
      {link.data && !spent && (
        <ChoosePassword
          token={token}
          link={link.data}
          onSet={onSet}
          onSpent={() => void link.refetch()}
        />
      )}
    </Door>
  );
}
