"""Cards that use every widget and field of the card format, for the demo's renderer to draw."""

from typing import Any

Json = dict[str, Any]


class Cards:
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

    def home(self) -> Json:
        """Tasks and deals, as a home page would show them, and a way to the other sample cards."""
        return {
            "name": "home",
            "header": {"title": "Good morning, Bob", "subtitle": "3 tasks due today"},
            "sections": [
                {
                    "header": "Due today",
                    "collapsible": True,
                    "uncollapsibleWidgetsCount": 2,
                    "widgets": [
                        self._task("Call Iain Muirhead", "Kestrel Aquaculture", "Overdue by 1 day"),
                        self._task("Send updated quote", "Harbourlight Foods", "Today, 16:00"),
                        self._task("Confirm delivery week", "Harbourlight Foods", "Today, 17:30"),
                        self._task("Order demo unit", "Marta Quillfeather", "Tomorrow"),
                    ],
                },
                {
                    "header": "Samples",
                    "widgets": [
                        {
                            "buttonList": {
                                "buttons": [
                                    self.button("Form", "push_form"),
                                    self.button("Pictures", "push_pictures"),
                                    self.button("Step 1", "push_step", extra={"depth": "1"}),
                                ]
                            }
                        }
                    ],
                },
            ],
        }

    def contact(self, *, stage: str = "negotiation", note: str = "Not logged yet") -> Json:
        """A known contact with a deal, in the layout that the add-on uses."""
        return {
            "name": "contact",
            "header": {
                "title": "Priya Raman",
                "subtitle": "Quality Assurance Manager at Harbourlight Foods",
                "imageUrl": "https://pictures.example/priya.png",
                "imageType": "CIRCLE",
                "imageAltText": "Priya Raman",
            },
            "sections": [
                {
                    "widgets": [
                        {
                            "decoratedText": {
                                "startIcon": {"knownIcon": "CONFIRMATION_NUMBER_ICON"},
                                "text": f"<b>{note}</b>",
                                "bottomLabel": "2 minutes ago by Bob Fairfield",
                                "wrapText": True,
                                "button": self.button("Log", "log"),
                            }
                        }
                    ]
                },
                {
                    "widgets": [
                        self._field("EMAIL", "Email", '<a href="mailto:priya@x.example">priya@x.example</a>'),
                        self._field("PHONE", "Phone", '<a href="tel:+4722550114">+47 22 55 01 14</a>'),
                        self._field("STORE", "Company", "Harbourlight Foods"),
                    ]
                },
                {
                    "header": "Deal",
                    "widgets": [
                        {
                            "decoratedText": {
                                "startIcon": {"knownIcon": "DOLLAR"},
                                "topLabel": "EUR 79,200 · closes 4 Dec",
                                "text": "Three NB-420",
                                "onClick": self.click("push_step", extra={"depth": "1"}),
                            }
                        },
                        {
                            "selectionInput": {
                                "name": "stage",
                                "label": "Stage",
                                "type": "DROPDOWN",
                                "items": [
                                    {"text": "Proposal", "value": "proposal", "selected": stage == "proposal"},
                                    {
                                        "text": "Negotiation",
                                        "value": "negotiation",
                                        "selected": stage == "negotiation",
                                    },
                                    {"text": "Won", "value": "won", "selected": stage == "won"},
                                ],
                                "onChangeAction": self.action("stage"),
                            }
                        },
                    ],
                },
                {
                    "header": "Timeline",
                    "collapsible": True,
                    "uncollapsibleWidgetsCount": 2,
                    "widgets": [
                        self._entry("EMAIL", "Delivery by 19 February?", "Priya Raman · 42 min ago"),
                        self._entry("DESCRIPTION", "Board meets on the 10th", "Note by Bob · Wednesday"),
                        self._entry("INVITE", "Call about the audit", "Meeting · 12 Nov"),
                        self._entry("PHONE", "Left a message", "Call by Bob · 9 Nov"),
                    ],
                },
            ],
            "cardActions": [
                {"actionLabel": "Open in Sidenote", "onClick": {"openLink": {"url": f"{self.base_url}/records/1"}}},
                {"actionLabel": "Never log this sender", "onClick": self.click("notify")},
            ],
            "fixedFooter": {
                "primaryButton": self.button("New deal", "push_form"),
                "secondaryButton": self.button("Add note", "notify"),
            },
        }

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

    def step(self, depth: int) -> Json:
        """A numbered card on the stack, with every navigation."""
        buttons = [
            self.button("Deeper", "push_step", extra={"depth": str(depth + 1)}),
            self.button("Pop", "pop"),
            self.button("To root", "pop_to_root"),
            self.button("To step 1", "pop_to_card"),
        ]
        buttons.append({"text": "Local", "onClick": {"card": self.plain("Local card")}})
        return {
            "name": f"step:{depth}",
            "header": {"title": f"Step {depth}"},
            "sections": [{"widgets": [{"buttonList": {"buttons": buttons}}]}],
        }

    def plain(self, title: str) -> Json:
        """The smallest card: a header and one line."""
        return {"header": {"title": title}, "sections": [{"widgets": [{"textParagraph": {"text": "A line"}}]}]}

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

    def _task(self, text: str, company: str, due: str) -> Json:
        return {
            "decoratedText": {
                "startIcon": {"knownIcon": "CLOCK"},
                "text": text,
                "bottomLabel": company,
                "topLabel": due,
                "button": {
                    "icon": {"knownIcon": "BOOKMARK", "altText": f"Done: {text}"},
                    "onClick": self.click("notify"),
                },
            }
        }

    def _field(self, icon: str, label: str, html: str) -> Json:
        return {"decoratedText": {"startIcon": {"knownIcon": icon}, "topLabel": label, "text": html}}

    def _entry(self, icon: str, text: str, label: str) -> Json:
        return {"decoratedText": {"startIcon": {"knownIcon": icon}, "text": text, "bottomLabel": label}}

    def _selection(self, name: str, kind: str, texts: list[str], chosen: list[int]) -> Json:
        items = [
            {"text": text, "value": text.lower(), "selected": number in chosen} for number, text in enumerate(texts)
        ]
        return {"selectionInput": {"name": name, "label": name.title(), "type": kind, "items": items}}

    def _picker(self, name: str, kind: str, value: str | None, **fields: Any) -> Json:
        picker: Json = {"name": name, "label": name, "type": kind, **fields}
        return {"dateTimePicker": picker | ({"valueMsEpoch": value} if value else {})}
