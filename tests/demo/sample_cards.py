"""The cards of the sample add-on, laid out as a CRM's are."""

from tests.demo.sample_actions import Json
from tests.demo.sample_widgets import WidgetCards


class Cards(WidgetCards):
    """The home page, a known contact, and numbered cards to navigate between."""

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
