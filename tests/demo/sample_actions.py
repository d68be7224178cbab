"""The actions of sample cards."""

from typing import Any

Json = dict[str, Any]


class CardActions:
    """Card JSON whose actions call `action_url`; `a` among the parameters says what the sample add-on shall do."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.action_url = f"{base_url}/addon/gmail/action"

    def action(self, name: str, *, extra: dict[str, str] | None = None, **fields: Any) -> Json:
        parameters = [{"key": "a", "value": name}]
        parameters += [{"key": key, "value": value} for key, value in (extra or {}).items()]
        return {"function": self.action_url, "parameters": parameters, **fields}

    def click(self, name: str, **fields: Any) -> Json:
        return {"action": self.action(name, **fields)}

    def button(self, text: str, name: str, **fields: Any) -> Json:
        return {"text": text, "onClick": self.click(name, **fields)}
