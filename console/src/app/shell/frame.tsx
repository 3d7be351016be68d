/** The frame of every page: skip link, who acts as whom, header, navigation, account. */

import { Link, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import type { Session } from "@/api/types";
import mark from "../mark.svg";
import { AccountMenu } from "./account-menu";
import { AssumptionBanner, assumedOf } from "./assumption-banner";
import classes from "./frame.module.css";
import { Pages } from "./pages";
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
  const assumed = assumedOf(session);
  return (
    <div className={classes.frame} data-assumed={assumed ? true : undefined}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      {assumed && <AssumptionBanner key={session.session.id} assumed={assumed} />}
      <header className={classes.header}>
        <Link to="/" className={classes.brand} aria-label="Indelible, start page">
          <img src={mark} alt="" width={22} height={22} />
          <span>Indelible</span>
        </Link>
        <Pages session={session} />
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
