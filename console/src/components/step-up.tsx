/**
 * Changes that ask for a fresh password or code: one dialog for all of them.
 *
 * `const stepUp = useStepUp()` and `mutationFn: (v) => stepUp(() => disableUser(v))`. Where the server
 * answers that a proof is needed, the dialog opens, and after the proof the request is repeated. Who
 * closes the dialog gets the server's refusal, with its words, as the mutation's error.
 */

import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { withProof } from "./proving";
import { type Prove, type Refusal, StepUpDialog } from "./step-up-dialog";

type StepUp = <T>(act: () => Promise<T>) => Promise<T>;

const Wrapping = createContext<StepUp>((act) => act());

/** Wraps a request that may be refused until the person has shown again who they are. */
export function useStepUp(): StepUp {
  return use(Wrapping);
}

interface StepUpProviderProps {
  /** Sends a password or a code to the server. */
  prove: Prove;
  /** Reads what was thrown. */
  read: (thrown: unknown) => Refusal;
  /** Whether the account has a second factor, whose code counts as well. */
  secondFactor: boolean;
  children: ReactNode;
}

export function StepUpProvider({ prove, read, secondFactor, children }: StepUpProviderProps) {
  const [asking, setAsking] = useState(false);
  // Several requests may wait for the one answer.
  const waiting = useRef<((proved: boolean) => void)[]>([]);
  const settle = useCallback((proved: boolean) => {
    setAsking(false);
    for (const answer of waiting.current.splice(0)) answer(proved);
  }, []);
  useEffect(() => () => settle(false), [settle]);
  const stepUp = useCallback<StepUp>(
    (act) => {
      // The button that was pressed is disabled while it waits, and loses the focus by that.
      const pressed = document.activeElement;
      const ask = async () => {
        setAsking(true);
        const proved = await new Promise<boolean>((answer) => waiting.current.push(answer));
        if (!proved && pressed instanceof HTMLElement) setTimeout(() => pressed.focus(), 20);
        return proved;
      };
      return withProof(act, (thrown) => read(thrown).stepUpRequired, ask);
    },
    [read],
  );
  return (
    <Wrapping value={stepUp}>
      {children}
      <StepUpDialog
        opened={asking}
        prove={prove}
        read={read}
        secondFactor={secondFactor}
        onProved={() => settle(true)}
        onCancel={() => settle(false)}
      />
    </Wrapping>
  );
}
