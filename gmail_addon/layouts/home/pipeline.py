"""My pipeline on the homepage: a picture, and in its description the same in words."""

from app.core.hot import Reader
from gmail_addon.card_types import Section
from gmail_addon.cards import section
from gmail_addon.pictures import pipeline_url
from gmail_addon.pipeline import my_pipeline, pipeline_words
from gmail_addon.visit import Visit
from gmail_addon.widgets import image, text_paragraph
from gmail_addon.wording import t, worth


def pipeline_section(visit: Visit, reader: Reader) -> Section | None:
    """One statement; None for who has no open deals."""
    bars = my_pipeline(reader, viewer=visit.viewer, catalog=visit.catalog)
    if not bars:
        return None
    count, value = sum(bar.count for bar in bars), sum(bar.value or 0 for bar in bars)
    abroad = sum(bar.others for bar in bars)
    total = None if all(bar.value is None for bar in bars) else worth(value, visit.currency, abroad=abroad)
    if count == 1:
        said = t("1 open deal, {value}", value=total) if total else t("1 open deal")
    else:
        said = (
            t("{count} open deals, {value}", count=count, value=total)
            if total
            else t("{count} open deals", count=count)
        )
    url = pipeline_url(visit.addon, member_id=visit.viewer.member_id)
    picture = image(url, pipeline_words(bars, currency=visit.currency))
    return section(text_paragraph(said), picture, header=t("My pipeline"))
