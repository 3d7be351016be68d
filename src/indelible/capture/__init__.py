"""What a host application mounts: middleware, declarations, remote client, spool."""
