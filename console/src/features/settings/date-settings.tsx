/** How the platform writes times, with a preview of what changes. */

import { Button, Radio, Select, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asProblem } from "@/api/problem";
import { fetchSettings, saveSettings } from "@/api/settings";
import type { NewSettings, Settings } from "@/api/types";
import { Card } from "@/components/card";
import { Notice } from "@/components/notice";
import { PageHead } from "@/components/page-head";
import { selectText } from "@/components/select-text";
import { DATE_FORMATS, formatInstant, formatIso } from "@/time/format";
import { isZone } from "@/time/zone";
import classes from "./date-settings.module.css";
import { useNow } from "./use-now";
import { zones } from "./zones";

interface DateSettingsProps {
  onSaved: (settings: Settings) => void;
}

export function DateSettings({ onSaved }: DateSettingsProps) {
  const stored = useQuery({ queryKey: ["settings"], queryFn: fetchSettings });
  return (
    <div className={classes.page}>
      <PageHead title="Settings" />
      {stored.error && (
        <Notice
          tone="danger"
          title={asProblem(stored.error).title}
          detail={asProblem(stored.error).detail}
          action={{ label: "Try again", run: () => void stored.refetch() }}
        />
      )}
      {stored.data && (
        <DateForm key={stored.dataUpdatedAt} stored={stored.data} onSaved={onSaved} />
      )}
    </div>
  );
}

function DateForm({ stored, onSaved }: DateSettingsProps & { stored: Settings }) {
  const [settings, setSettings] = useState(stored);
  const [kept, setKept] = useState(stored);
  const now = useNow();
  const saving = useMutation({
    mutationFn: saveSettings,
    onSuccess: (saved) => {
      setKept(saved);
      setSettings(saved);
      onSaved(saved);
      notifications.show({ color: "green", message: "Settings saved. The change is in the log." });
    },
  });
  const problem = saving.error ? asProblem(saving.error) : null;
  const changed = settings.dateFormat !== kept.dateFormat || settings.timeZone !== kept.timeZone;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The choices are the formats that the server knows; it refuses any other.
    saving.mutate(settings as NewSettings);
  };
  const zone = isZone(settings.timeZone) ? settings.timeZone : "UTC";
  return (
    <Card
      title="Dates and times"
      words="For everyone, on every page. Entries and exports keep their exact time in UTC."
    >
      <form onSubmit={submit}>
        <div className={classes.fields}>
          <Radio.Group
            label="Date format"
            value={settings.dateFormat}
            onChange={(dateFormat) => setSettings({ ...settings, dateFormat })}
          >
            <Stack gap={10} mt={8}>
              {DATE_FORMATS.map((format) => (
                <Radio
                  key={format}
                  value={format}
                  size="xs"
                  label={format}
                  description={formatInstant(now, format, zone)}
                  classNames={{ description: classes.option }}
                />
              ))}
            </Stack>
          </Radio.Group>
          <Select
            label="Time zone"
            data={zones(settings.timeZone)}
            value={settings.timeZone}
            onChange={(timeZone) => timeZone && setSettings({ ...settings, timeZone })}
            searchable
            onClick={selectText}
            allowDeselect={false}
            limit={200}
            nothingFoundMessage="No such time zone"
            maxDropdownHeight={280}
          />
        </div>
        <dl className={classes.preview} aria-label="Preview">
          <dt>On the page</dt>
          <dd>{formatInstant(now, settings.dateFormat, zone)}</dd>
          <dt>ISO 8601</dt>
          <dd>{formatIso(now, zone)}</dd>
        </dl>
        {problem && <Notice tone="danger" title={problem.title} detail={problem.detail} />}
        <div className={classes.actions}>
          <Button type="submit" size="xs" loading={saving.isPending} disabled={!changed}>
            Save settings
          </Button>
          <Button variant="default" size="xs" disabled={!changed} onClick={() => setSettings(kept)}>
            Undo changes
          </Button>
        </div>
      </form>
    </Card>
  );
}
