"""The JSON objects of a card, told apart for the type checker; at run time each is a plain dict."""

from typing import Any, Literal, NewType

Action = NewType("Action", dict[str, Any])
OnClick = NewType("OnClick", dict[str, Any])

Button = NewType("Button", dict[str, Any])
Icon = NewType("Icon", dict[str, Any])
Option = NewType("Option", dict[str, Any])
Switch = NewType("Switch", dict[str, Any])
Widget = NewType("Widget", dict[str, Any])

Header = NewType("Header", dict[str, Any])
Section = NewType("Section", dict[str, Any])
CardAction = NewType("CardAction", dict[str, Any])
Footer = NewType("Footer", dict[str, Any])
Card = NewType("Card", dict[str, Any])

KnownIcon = Literal[
    "AIRPLANE",
    "BOOKMARK",
    "BUS",
    "CAR",
    "CLOCK",
    "CONFIRMATION_NUMBER_ICON",
    "DESCRIPTION",
    "DOLLAR",
    "EMAIL",
    "EVENT_PERFORMER",
    "EVENT_SEAT",
    "FLIGHT_ARRIVAL",
    "FLIGHT_DEPARTURE",
    "HOTEL",
    "HOTEL_ROOM_TYPE",
    "INVITE",
    "MAP_PIN",
    "MEMBERSHIP",
    "MULTIPLE_PEOPLE",
    "OFFER",
    "PERSON",
    "PHONE",
    "RESTAURANT_ICON",
    "SHOPPING_CART",
    "STAR",
    "STORE",
    "TICKET",
    "TRAIN",
    "VIDEO_CAMERA",
    "VIDEO_PLAY",
]
