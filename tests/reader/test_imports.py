"""A host pays for asyncpg and nothing else."""

import subprocess
import sys

STRANGERS = """
import sys
import enrichment.reader
print(*sorted({name.split('.')[0] for name, module in sys.modules.items()
               if 'site-packages' in (getattr(module, '__file__', None) or '')} - {'_distutils_hack'}))
"""


def test_importing_the_reader_imports_asyncpg_alone() -> None:
    answer = subprocess.run([sys.executable, "-c", STRANGERS], check=True, capture_output=True, text=True)

    assert set(answer.stdout.split()) <= {"asyncpg", "async_timeout"}
    assert "asyncpg" in answer.stdout


def test_importing_the_reader_imports_no_other_part_of_the_worker() -> None:
    code = "import sys, enrichment.reader; print(*(name for name in sys.modules if name.startswith('enrichment.')))"

    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert {name.split(".")[1] for name in answer.stdout.split()} <= {"reader", "domain"}
