"""The runner predict-corpus, as a module."""
import importlib.machinery
import importlib.util
import pathlib

_LOADER = importlib.machinery.SourceFileLoader("predict_corpus_runner", str(pathlib.Path(__file__).with_name("predict-corpus")))
_SPEC = importlib.util.spec_from_loader(_LOADER.name, _LOADER)
_MODULE = importlib.util.module_from_spec(_SPEC)
_LOADER.exec_module(_MODULE)
globals().update({name: value for name, value in vars(_MODULE).items() if not name.startswith("__")})
