"""How Sphinx makes the site of these pages: `make docs`."""

from enrichment import __version__

project = "enrichment"
author = "the authors of enrichment"
release = __version__

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
# Links to headings are written as GitHub makes them.
myst_heading_anchors = 4
exclude_patterns = ["_site"]
# What is not found fails the build.
nitpicky = True

html_theme = "furo"
html_title = f"enrichment {__version__}"
html_show_sphinx = False
# Everything comes from the site itself: nothing is asked of anybody else's server.
html_static_path: list[str] = []
