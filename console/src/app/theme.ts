/** The console's look on top of Mantine: dense, neutral, one accent. */

import {
  ActionIcon,
  Button,
  createTheme,
  InputWrapper,
  type MantineColorsTuple,
  Menu,
  Notification,
  Tooltip,
} from "@mantine/core";

const ink: MantineColorsTuple = [
  "#eef1fe",
  "#dde3fb",
  "#bac5f5",
  "#94a5ef",
  "#738ae9",
  "#546cda",
  "#3f55c6",
  "#3447a8",
  "#2b3a89",
  "#212d69",
];

const dark: MantineColorsTuple = [
  "#e3e6eb",
  "#c3c8d1",
  "#9ea5b1",
  "#6c7380",
  "#3a3f49",
  "#2b2f37",
  "#1e2127",
  "#16181d",
  "#101216",
  "#0b0c0f",
];

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 6, dark: 5 },
  colors: { ink, dark },
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, Menlo, Consolas, monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  defaultRadius: 6,
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray" } }),
    Button: Button.extend({ classNames: { root: "button" } }),
    InputWrapper: InputWrapper.extend({ classNames: { label: "label" } }),
    Menu: Menu.extend({
      // The placeholder is an element that a menu may not have; the first item takes its focus.
      defaultProps: { shadow: "md", radius: 8, withInitialFocusPlaceholder: false },
    }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } },
      classNames: { description: "said" },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { withinPortal: true, transitionProps: { duration: 80 } },
      classNames: { tooltip: "tip" },
    }),
  },
});
