/** The frame of every page: skip link, header, navigation, account. */

import { Link, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import type { Session } from "@/api/types";
import mark from "../mark.svg";
import { may } from "../session";
import { AccountMenu } from "./account-menu";
import classes from "./frame.module.css";
import { SchemeToggle } from "./scheme-toggle";

/** A new page takes the focus, as a loaded document would; a new filter does not. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current !== pathname) main.current?.focus({ preventScroll: true });
    last.current = pathname;
  }, [pathname]);
  return main;
}

export function Frame({ session, children }: { session: Session; children: ReactNode }) {
  const main = useFocusOnNewPage();
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <header className={classes.header}>
        <Link to="/" className={classes.brand} aria-label="Indelible, start page">
          <img src={mark} alt="" width={22} height={22} />
          <span>Indelible</span>
        </Link>
        <nav className={classes.nav} aria-label="Main">
          {may(session, "activity.read") && <Link to="/audit-log">Audit log</Link>}
          {may(session, "activity.read") && <Link to="/integrity">Integrity</Link>}
          {may(session, "settings.change") && <Link to="/settings">Settings</Link>}
        </nav>
        <div className={classes.end}>
          <SchemeToggle />
          <AccountMenu session={session} />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        {children}
      </main>
    </div>
  );
}
