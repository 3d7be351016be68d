/** The way out. */

import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { signOut } from "@/api/session";
import { sessionQuery } from "./session";

export function useSignOut() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      // What one person read is not left for the next one.
      queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      queryClient.setQueryData(sessionQuery.queryKey, null);
      await navigate({ to: "/sign-in", search: { reason: "out" } });
    },
    onError: (thrown) => {
      const { title, detail } = asProblem(thrown);
      notifications.show({
        color: "red",
        title: "Still signed in",
        message: `${title}. ${detail}`,
      });
    },
  });
}
