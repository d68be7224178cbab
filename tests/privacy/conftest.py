from tests.api.conftest import counter, office

__all__ = ["counter", "office"]
