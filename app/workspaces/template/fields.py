"""The fields of a new workspace's folders."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """`column`: where a promoted value lives. `fixed` fields stay as they are; `computed` ones Sidenote writes."""

    key: str
    name: str
    type: str
    column: str | None = None
    required: bool = False
    fixed: bool = False
    computed: bool = False
    group: str = ""
    default: Any = None
    options: dict[str, Any] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def choices(*labels: str, ranked: bool = False) -> dict[str, Any]:
    """Options of a dropdown. The value is stored, the label shown; `ranked` ones sort in this order."""
    return {"choices": [{"value": label, "label": label} for label in labels], "ranked": ranked}


PRIORITIES = choices("Low", "Normal", "High", "Urgent", ranked=True)
LIFECYCLE = choices("Lead", "MQL", "SQL", "Opportunity", "Customer", "Churned", "Advocate", ranked=True)
LEAD_STATUSES = choices("New", "Contacted", "Nurture", "MQL", "SQL", "Converted", "Unqualified", "Junk", ranked=True)
TICKET_STATUSES = choices("New", "Open", "Pending", "Resolved", "Closed", ranked=True)
SOLVED = ("Resolved", "Closed")
"""The statuses of a ticket that nobody has to work on."""
QUOTE_STATUSES = choices("Draft", "Sent", "Accepted", "Declined", "Expired", ranked=True)
SOURCES = choices(
    "Email",
    "Existing customer",
    "Reference",
    "Advertisement",
    "Cold calling",
    "Exhibition",
    "Supplier reference",
    "Mass mailing",
    "Customer's vendor",
    "Campaign",
    "Walk in",
    "Facebook",
    "Website",
    "Web form",
    "Import",
    "API",
) | {"open": True}
LOST_REASONS = choices(
    "Pricing",
    "Competition",
    "Budget constraints",
    "Missing features",
    "Long sales cycle",
    "No decision-maker",
    "Unresponsive",
    "Poor fit",
    "Other",
)
INDUSTRIES = choices(
    "Software", "Manufacturing", "Finance", "Healthcare", "Retail", "Education", "Logistics", "Energy", "Other"
) | {"open": True}
TO_COMPANY, TO_CONTACT, TO_DEAL = {"kind": "company"}, {"kind": "contact"}, {"kind": "deal"}
PEOPLE, NUMBERS = "People", "Numbers"


def _name(label: str = "Name") -> FieldPlan:
    return FieldPlan("name", label, "text", "name", required=True, fixed=True)


def _statistic(key: str, name: str, result: str, *, column: bool = True) -> FieldPlan:
    """`result` is the type of its values."""
    place, options = key if column else None, {"statistic": key, "result": result}
    return FieldPlan(key, name, "statistics", place, fixed=True, computed=True, group=NUMBERS, options=options)


OWNER = FieldPlan("owner", "Owner", "user", "owner_id", fixed=True, group=PEOPLE)
COMPANY = FieldPlan("company", "Company", "record", "company_id", fixed=True, options=TO_COMPANY)
SOURCE = FieldPlan("source", "Source", "dropdown", "source", fixed=True, options=SOURCES)
PRIORITY = FieldPlan("priority", "Priority", "dropdown", "priority", fixed=True, options=PRIORITIES)
LIFECYCLE_FIELD = FieldPlan("lifecycle", "Lifecycle", "dropdown", "lifecycle", fixed=True, options=LIFECYCLE)
CUSTOMER_SINCE = FieldPlan("customer_since", "Customer since", "date", fixed=True, computed=True)
EMAIL = FieldPlan("email", "Email", "email", fixed=True)
PHONE = FieldPlan("phone", "Phone", "phone", fixed=True)
TITLE = FieldPlan("title", "Job title", "text", fixed=True)
MAIL_STATISTICS = (
    _statistic("last_activity_at", "Last activity", "datetime"),
    _statistic("last_email_in_at", "Last email in", "datetime"),
    _statistic("last_email_out_at", "Last email out", "datetime"),
    _statistic("emails_in", "Emails in", "number"),
    _statistic("emails_out", "Emails out", "number"),
    _statistic("days_since_contact", "Days since contact", "number", column=False),
    _statistic("next_task_at", "Next task", "datetime"),
)
DEAL_STATISTICS = (
    _statistic("open_deals", "Open deals", "number"),
    _statistic("open_amount", "Open value", "currency"),
)
STAGE_STATISTICS = (
    _statistic("stage_entered_at", "Stage entered", "datetime"),
    _statistic("days_in_stage", "Days in stage", "number", column=False),
    _statistic("stage_changes", "Stage changes", "number", column=False),
)

FIELDS: dict[str, tuple[FieldPlan, ...]] = {
    "company": (
        _name(),
        FieldPlan("domain", "Domain", "domain", fixed=True),
        FieldPlan("website", "Website", "url"),
        PHONE,
        FieldPlan("industry", "Industry", "dropdown", options=INDUSTRIES),
        FieldPlan(
            "type", "Type", "dropdown", options=choices("Prospect", "Customer", "Partner", "Supplier", "Investor")
        ),
        FieldPlan("employees", "Employees", "number", options={"decimals": 0}),
        FieldPlan("annual_revenue", "Annual revenue", "currency"),
        FieldPlan("address", "Address", "address"),
        FieldPlan("parent", "Parent company", "record", options=TO_COMPANY),
        LIFECYCLE_FIELD,
        CUSTOMER_SINCE,
        OWNER,
        FieldPlan("account_manager", "Account manager", "user", group=PEOPLE),
        FieldPlan("success_manager", "Customer success manager", "user", group=PEOPLE),
        FieldPlan("linkedin", "LinkedIn", "url"),
        FieldPlan("tags", "Tags", "tags"),
        *MAIL_STATISTICS,
        *DEAL_STATISTICS,
    ),
    "contact": (
        _name(),
        EMAIL,
        PHONE,
        TITLE,
        COMPANY,
        OWNER,
        SOURCE,
        LIFECYCLE_FIELD,
        CUSTOMER_SINCE,
        FieldPlan("address", "Address", "address"),
        FieldPlan("linkedin", "LinkedIn", "url"),
        FieldPlan("do_not_email", "Do not email", "checkbox", fixed=True),
        FieldPlan("do_not_call", "Do not call", "checkbox"),
        FieldPlan("tags", "Tags", "tags"),
        *MAIL_STATISTICS,
        *DEAL_STATISTICS,
    ),
    "lead": (
        _name(),
        EMAIL,
        PHONE,
        TITLE,
        COMPANY,
        FieldPlan("company_name", "Company name", "text", fixed=True),
        OWNER,
        FieldPlan("manager", "Manager", "user", group=PEOPLE),
        SOURCE,
        FieldPlan("status", "Status", "dropdown", "status", fixed=True, default="New", options=LEAD_STATUSES),
        FieldPlan("unqualified_reason", "Reason", "text", fixed=True),
        FieldPlan("score", "Score", "number", "score", fixed=True, options={"decimals": 0}),
        PRIORITY,
        FieldPlan("priority_by_hand", "Priority set by hand", "checkbox", fixed=True, computed=True),
        FieldPlan("amount", "Expected value", "currency", "amount", fixed=True),
        FieldPlan("mql_at", "MQL since", "datetime", fixed=True, computed=True),
        FieldPlan("sql_at", "SQL since", "datetime", fixed=True, computed=True),
        FieldPlan("converted_at", "Converted", "datetime", fixed=True, computed=True),
        FieldPlan("linkedin", "LinkedIn", "url"),
        FieldPlan("tags", "Tags", "tags"),
        *MAIL_STATISTICS,
    ),
    "deal": (
        _name(),
        COMPANY,
        FieldPlan("stage", "Stage", "stage", "stage_id", fixed=True),
        FieldPlan(
            "status", "Status", "dropdown", "status", fixed=True, computed=True, options=choices("open", "won", "lost")
        ),
        FieldPlan("amount", "Amount", "currency", "amount", fixed=True),
        FieldPlan("close_on", "Closes on", "date", "close_on", fixed=True),
        FieldPlan("probability", "Probability", "percent", "probability", fixed=True, options={"decimals": 0}),
        FieldPlan("probability_pinned", "Probability pinned", "checkbox", fixed=True, computed=True),
        FieldPlan(
            "forecast", "Forecast category", "dropdown", options=choices("Pipeline", "Best case", "Commit", ranked=True)
        ),
        OWNER,
        FieldPlan("manager", "Manager", "user", group=PEOPLE),
        PRIORITY,
        SOURCE,
        FieldPlan("next_step", "Next step", "text"),
        FieldPlan("contacts", "Contacts", "records", fixed=True, options={"kind": "contact", "label": "participant"}),
        FieldPlan("lost_reason", "Lost reason", "dropdown", fixed=True, options=LOST_REASONS | {"open": True}),
        FieldPlan("lost_note", "Lost note", "long_text"),
        FieldPlan("tags", "Tags", "tags"),
        *STAGE_STATISTICS,
        *MAIL_STATISTICS,
    ),
    "ticket": (
        _name("Subject"),
        FieldPlan("number", "Number", "auto_number", fixed=True, computed=True, options={"prefix": "T-", "digits": 4}),
        FieldPlan("status", "Status", "dropdown", "status", fixed=True, default="New", options=TICKET_STATUSES),
        FieldPlan("priority", "Priority", "dropdown", "priority", fixed=True, default="Normal", options=PRIORITIES),
        FieldPlan("type", "Type", "dropdown", options=choices("Question", "Incident", "Problem", "Request")),
        FieldPlan("contact", "Contact", "record", fixed=True, options=TO_CONTACT),
        COMPANY,
        OWNER,
        FieldPlan("description", "Description", "long_text"),
        FieldPlan("tags", "Tags", "tags"),
        _statistic("first_response_minutes", "First response", "number", column=False),
        *MAIL_STATISTICS,
    ),
    "quote": (
        _name("Title"),
        FieldPlan("number", "Number", "auto_number", fixed=True, computed=True, options={"prefix": "Q-", "digits": 4}),
        FieldPlan(
            "status", "Status", "dropdown", "status", fixed=True, computed=True, default="Draft", options=QUOTE_STATUSES
        ),
        FieldPlan("deal", "Deal", "record", fixed=True, options=TO_DEAL),
        FieldPlan("contact", "Contact", "record", fixed=True, options=TO_CONTACT),
        COMPANY,
        FieldPlan("amount", "Total", "currency", "amount", fixed=True, computed=True),
        FieldPlan("discount_percent", "Discount", "percent", fixed=True, options={"decimals": 2}),
        FieldPlan("valid_until", "Valid until", "date", "close_on", fixed=True),
        FieldPlan("accepted_stage", "Stage when accepted", "stage", fixed=True),
        FieldPlan("terms", "Terms", "long_text", fixed=True),
        OWNER,
    ),
    "product": (
        _name(),
        FieldPlan("sku", "SKU", "text", fixed=True),
        FieldPlan("price", "Price", "currency", "amount", fixed=True),
        FieldPlan("tax_percent", "Tax", "percent", fixed=True, options={"decimals": 2}),
        FieldPlan("description", "Description", "long_text", fixed=True),
        FieldPlan("active", "Active", "checkbox", fixed=True, default=True),
        OWNER,
    ),
    "custom": (_name(), OWNER),
}
