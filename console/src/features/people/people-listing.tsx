/** A page of people or tenants: its name, what one can begin here, and the list. */

import { Button } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { QueryKey } from "@tanstack/react-query";
import type { ReactNode, RefObject } from "react";
import { PAGE_SIZE } from "@/api/page";
import { hasConditions, type ListSearch, withCursor } from "@/components/list-search";
import { Listing } from "@/components/listing";
import { filteredOut, type Lack, NoRows, notYours } from "@/components/no-rows";
import { PageHead } from "@/components/page-head";
import { useAutoRefresh } from "@/components/use-auto-refresh";
import type { Answer } from "@/components/use-held-page";
import type { ListView } from "@/components/use-list-view";

interface PeopleListingProps<S extends ListSearch> {
  title: string;
  /** The word for one row and for several. */
  words: [one: string, many: string];
  search: S;
  onSearch: (next: S) => void;
  view: ListView<Answer>;
  /** What a refresh asks for again. */
  asked: QueryKey;
  filters: ReactNode;
  /** There was never a row. */
  never: Lack;
  /** What one can begin; absent for those who only read. */
  begin?:
    | {
        label: string;
        Icon: TablerIcon;
        button: RefObject<HTMLButtonElement | null>;
        go: () => void;
      }
    | undefined;
  children: ReactNode;
}

export function PeopleListing<S extends ListSearch>(props: PeopleListingProps<S>) {
  const { search, onSearch, words, begin } = props;
  const refresh = useAutoRefresh(props.asked);
  const clear = () => onSearch({} as S);
  const [one, many] = words;
  return (
    <>
      <PageHead
        title={props.title}
        action={
          begin && (
            <Button
              ref={begin.button}
              size="compact-sm"
              h={30}
              px={12}
              leftSection={<begin.Icon size={16} aria-hidden />}
              onClick={begin.go}
            >
              {begin.label}
            </Button>
          )
        }
      />
      <Listing
        view={props.view}
        words={words}
        pageSize={PAGE_SIZE}
        refresh={refresh}
        filters={props.filters}
        exporting={null}
        empty={
          hasConditions(search) ? (
            <NoRows lack={filteredOut(one)} ways={[{ label: "Clear all filters", go: clear }]} />
          ) : (
            <NoRows lack={props.never} />
          )
        }
        refused={<NoRows lack={notYours(many)} />}
        paged={search.cursor !== undefined}
        onCursor={(cursor) => onSearch(withCursor(search, cursor))}
        onClear={clear}
      >
        {props.children}
      </Listing>
    </>
  );
}
