/** The first password, or a new one. */

import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { acceptLink } from "@/api/links";
import { asProblem } from "@/api/problem";
import type { PasswordLink } from "@/api/types";
import doorClasses from "@/components/door.module.css";
import { NewPassword } from "@/components/new-password";
import { Notice } from "@/components/notice";
import { isTooShort, tooShortWords } from "@/components/password-length";
import { useCountdown } from "@/components/use-countdown";

interface ChoosePasswordProps {
  token: string;
  link: PasswordLink;
  onSet: (email: string) => void;
  /** The link was used or ran out while the page was open. */
  onSpent: () => void;
}

function Purpose({ link }: { link: PasswordLink }) {
  const place = link.tenant ? ` of ${link.tenant.name}` : "";
  return (
    <p className={doorClasses.words}>
      {link.kind === "invitation" ? (
        <>
          {link.name ? `Hello ${link.name}. ` : ""}Choose a password for your account{place},{" "}
          <strong>{link.email}</strong>. Nobody else gets to know it.
        </>
      ) : (
        <>
          For <strong>{link.email}</strong>
          {place}. Wherever you are signed in, that ends; a second factor stays as it is.
        </>
      )}
    </p>
  );
}

export function ChoosePassword({ token, link, onSet, onSpent }: ChoosePasswordProps) {
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [wait, startWait] = useCountdown();
  const field = useRef<HTMLInputElement>(null);
  const refuse = (words: string) => {
    setFault(words);
    field.current?.focus();
  };
  const setting = useMutation({
    mutationFn: () => acceptLink(token, password),
    meta: { signsIn: true },
    onSuccess: () => onSet(link.email),
    onError: (thrown) => {
      const problem = asProblem(thrown);
      startWait(problem.retryAfter ?? 0);
      if (problem.field === "password") refuse(problem.detail);
      else if (problem.status === 404) onSpent();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (setting.isPending || wait > 0) return;
    const least = link.passwordMinLength;
    if (isTooShort(password, least)) refuse(tooShortWords(least));
    else setting.mutate();
  };
  const problem = setting.error && !fault ? asProblem(setting.error) : null;
  return (
    <>
      <Purpose link={link} />
      <form onSubmit={submit} className={doorClasses.form} noValidate>
        <NewPassword
          ref={field}
          email={link.email}
          least={link.passwordMinLength}
          value={password}
          error={fault}
          autoFocus
          onType={(typed) => {
            setPassword(typed);
            setFault(null);
          }}
        />
        {problem && <Notice tone="danger" title={`${problem.title}.`} detail={problem.detail} />}
        <Button
          type="submit"
          fullWidth
          mt={4}
          loading={setting.isPending || setting.isSuccess}
          disabled={wait > 0}
        >
          {wait > 0 ? `Wait ${wait} s` : "Set password"}
        </Button>
      </form>
    </>
  );
}
