"""Reference pages made from data, one file a page; each returns the whole page as Markdown."""
