"""The admin page: what operators look at, and the few things that they do."""

from enrichment.web.admin.access import Access
from enrichment.web.admin.application import admin_page

__all__ = ["Access", "admin_page"]
