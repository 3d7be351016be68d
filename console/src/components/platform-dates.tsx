/** The platform's date settings, for whatever shows a time. */

import { createContext, type ReactNode, use } from "react";
import { isZone } from "@/time/zone";

export interface PlatformDates {
  dateFormat: string;
  timeZone: string;
}

const Dates = createContext<PlatformDates>({ dateFormat: "YYYY-MM-DD HH:mm:ss", timeZone: "UTC" });

interface ProviderProps {
  dates: PlatformDates;
  children: ReactNode;
}

export function PlatformDatesProvider({ dates, children }: ProviderProps) {
  // An old browser may not know a new zone. Times are in UTC then, and say so.
  const known = isZone(dates.timeZone) ? dates : { ...dates, timeZone: "UTC" };
  return <Dates value={known}>{children}</Dates>;
}

export function usePlatformDates(): PlatformDates {
  return use(Dates);
}
