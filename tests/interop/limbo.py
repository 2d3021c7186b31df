"""x509-limbo's vectors: what `verify` accepts is what Go's crypto/x509 accepts. They are looked for in DOCKPKI_VECTORS, else beside the sources."""
import gzip
import json
import os
import pathlib
import subprocess
import sys

import harness

ROOT = pathlib.Path(os.environ["DOCKPKI_SOURCE"])


def main():
    folder = pathlib.Path(os.environ.get("DOCKPKI_VECTORS") or ROOT.parent / "shared" / "vectors")
    vectors, verdicts = folder / "limbo.json.gz", folder / "limbo-go-verdicts.json"
    if not vectors.exists() or not verdicts.exists():
        harness.skip(f"x509-limbo's vectors are not in {folder} (DOCKPKI_VECTORS)")
    go = json.loads(verdicts.read_text())
    done = subprocess.run([sys.argv[1]], input=gzip.decompress(vectors.read_bytes()), stdout=subprocess.PIPE, check=True, timeout=120)
    results = json.loads(done.stdout)["results"]
    judged = [one for one in results if go.get(one["id"], "SKIPPED") != "SKIPPED"]
    different = [f"{one['id']}: Go {go[one['id']]}, here {one['actual_result']} ({one['context']})" for one in judged if one["actual_result"] != go[one["id"]]]
    print("\n".join(different))
    print(f"{len(judged)} cases, {len(different)} answered otherwise than by Go")
    assert len(judged) > 150, "the vectors are not what they were"
    assert not different


if __name__ == "__main__":
    main()
