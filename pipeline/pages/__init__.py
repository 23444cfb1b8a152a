"""Here: the template every HTML page is built on (one look, no script, nothing fetched), and how templates are filled.
Not here: any one page's content or template, which are in the room that writes the page."""
