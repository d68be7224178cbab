"""Cards with every widget and field of the card format, for the demo's renderer to draw."""

from typing import Any

from tests.demo.sample_actions import CardActions, Json


class WidgetCards(CardActions):
    """A card with every input, and one with everything to look at and to press."""

    def form(self, *, error: str = "") -> Json:
        """Every kind of input; the name is required."""
        widgets: list[Json] = [
            {"textInput": {"name": "title", "label": "Name", "hintText": "As on the contract", "value": "Renewal"}},
            {
                "textInput": {
                    "name": "amount",
                    "label": "Amount",
                    "validation": {"inputType": "FLOAT", "characterLimit": 12},
                }
            },
            {"textInput": {"name": "note", "label": "Note", "type": "MULTIPLE_LINE"}},
            {
                "textInput": {
                    "name": "company",
                    "label": "Company",
                    "initialSuggestions": {"items": [{"text": "Acme Ltd (acme.example)"}]},
                    "autoCompleteAction": self.action("autocomplete"),
                }
            },
            self._selection("source", "DROPDOWN", ["Fair", "Referral", "Web"], chosen=[1]),
            self._selection("channels", "CHECK_BOX", ["Mail", "Phone"], chosen=[0]),
            self._selection("priority", "RADIO_BUTTON", ["Low", "High"], chosen=[]),
            self._selection("flags", "SWITCH", ["Tracked"], chosen=[0]),
            self._selection("owners", "MULTI_SELECT", ["Alice", "Bob", "Carol"], chosen=[1]),
            self._picker("close_on", "DATE_ONLY", "1796083200000"),
            self._picker("call_at", "DATE_AND_TIME", "1796119200000", timezoneOffsetDate=60),
            self._picker("daily", "TIME_ONLY", None),
            {
                "decoratedText": {
                    "text": "Tell the team",
                    "switchControl": {"name": "tell", "value": "yes", "selected": True},
                }
            },
        ]
        if error:
            widgets.insert(0, {"textParagraph": {"text": f'<font color="#d93025">{error}</font>'}})
        return {
            "name": "form",
            "header": {"title": "New deal"},
            "sections": [{"widgets": widgets}],
            "fixedFooter": {
                "primaryButton": self.button("Save", "save", requiredWidgets=["title"], persistValues=True),
                "secondaryButton": self.button("Refuse", "refuse_form", persistValues=True),
            },
        }

    def pictures(self) -> Json:
        """Everything to look at: texts, rows, pictures, grids, chips and buttons."""
        return {
            "name": "pictures",
            "header": {"title": "Pictures & <b>names</b>"},
            "sectionDividerStyle": "NO_DIVIDER",
            "sections": [
                {"header": "<b>Text</b>", "widgets": self._texts()},
                {"widgets": [self._grid(), {"divider": {}}]},
                {"widgets": [self._chips("WRAPPED"), self._chips("HORIZONTAL_SCROLLABLE")]},
                {"widgets": [{"buttonList": {"buttons": self._buttons()}}]},
                {
                    "collapsible": True,
                    "collapseControl": {"expandButton": {"text": "Reveal"}},
                    "widgets": self._texts()[:1],
                },
            ],
        }

    def _texts(self) -> list[Json]:
        allowed = '<b>b</b> <i>i</i> <u>u</u> <s>s</s><br><a href="https://a.example">a</a>'
        hostile = '<img src=x onerror=alert(1)><script>alert(2)</script><a href="javascript:alert(3)">no</a>'
        return [
            {"textParagraph": {"text": f"{allowed} {hostile}"}},
            {"textParagraph": {"text": "A long text. " * 40, "maxLines": 2}},
            {"image": {"imageUrl": "https://pictures.example/plan.png", "altText": "Site plan"}},
            {
                "decoratedText": {
                    "startIcon": {"iconUrl": "https://pictures.example/a.png", "altText": "Acme"},
                    "topLabel": "Top & <label>",
                    "text": "With an end icon &amp; an entity",
                    "bottomLabel": "Bottom",
                    "endIcon": {"knownIcon": "STAR", "altText": "Favourite"},
                }
            },
        ]

    def _grid(self) -> Json:
        image = {"imageUri": "https://pictures.example/1.png", "altText": "", "cropStyle": {"type": "SQUARE"}}
        return {
            "grid": {
                "title": "Products",
                "columnCount": 3,
                "borderStyle": {"type": "STROKE", "cornerRadius": 4},
                "items": [
                    {"id": f"p{number}", "title": f"NB-{number}00", "subtitle": "in stock", "image": image}
                    for number in (1, 2, 3)
                ],
                "onClick": self.click("notify"),
            }
        }

    def _chips(self, layout: str) -> Json:
        chips: list[Json] = [
            {"label": f"Chip {number}", "icon": {"knownIcon": "PERSON"}, "onClick": self.click("notify")}
            for number in range(5)
        ]
        chips.append({"label": "Off", "disabled": True, "onClick": self.click("x")})
        return {"chipList": {"layout": layout, "chips": chips}}

    def _buttons(self) -> list[Json]:
        blue = {"red": 0.1, "green": 0.45, "blue": 0.91}
        overflow = {"overflowMenu": {"items": [
            {"text": "Slow", "startIcon": {"knownIcon": "CLOCK"}, "onClick": self.click("slow")},
            {"text": "Off", "disabled": True, "onClick": self.click("x")},
        ]}}  # fmt: skip
        return [
            self.button("Filled", "notify") | {"color": blue},
            {"icon": {"knownIcon": "BOOKMARK", "altText": "Bookmark"}, "onClick": self.click("notify")},
            self.button("Off", "x") | {"disabled": True},
            {"text": "More", "onClick": overflow},
            self.button("Break", "fail"),
            self.button("Nonsense", "nonsense"),
            {"text": "Link", "onClick": {"openDynamicLinkAction": self.action("link")}},
            self.button("Scopes", "scopes"),
            self.button("Sign in", "custom_prompt"),
            self.button("Draft", "draft"),
            self.button("Open draft", "open_draft"),
            self.button("Changed", "changed"),
            self.button("Quiet", "slow", loadIndicator="NONE"),
        ]

    def _selection(self, name: str, kind: str, texts: list[str], chosen: list[int]) -> Json:
        items = [
            {"text": text, "value": text.lower(), "selected": number in chosen} for number, text in enumerate(texts)
        ]
        return {"selectionInput": {"name": name, "label": name.title(), "type": kind, "items": items}}

    def _picker(self, name: str, kind: str, value: str | None, **fields: Any) -> Json:
        picker: Json = {"name": name, "label": name, "type": kind, **fields}
        return {"dateTimePicker": picker | ({"valueMsEpoch": value} if value else {})}
