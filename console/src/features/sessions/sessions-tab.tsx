import { IconUsers } from "@tabler/icons-react";
import { Blank } from "@/components/blank";
import classes from "./sessions-tab.module.css";

/** Says honestly that there is nothing here yet. */
export function SessionsTab() {
  return (
    <div className={classes.card}>
      <Blank icon={<IconUsers size={22} />} title="Sessions arrive with the next release">
        <p>
          Who is signed in, from where and since when, and a button to revoke a session. Until then,
          sign-ins and sign-outs stand in the Activity tab as entries of type Session.
        </p>
      </Blank>
    </div>
  );
}
