/** The platform's date settings, for whatever shows a time. */

import { createContext, type ReactNode, use } from "react";

export interface PlatformDates {
  dateFormat: string;
  timeZone: string;
}

const Dates = createContext<PlatformDates>({ dateFormat: "YYYY-MM-DD HH:mm:ss", timeZone: "UTC" });

export function PlatformDatesProvider(props: { dates: PlatformDates; children: ReactNode }) {
  return <Dates value={props.dates}>{props.children}</Dates>;
}

export function usePlatformDates(): PlatformDates {
  return use(Dates);
}
