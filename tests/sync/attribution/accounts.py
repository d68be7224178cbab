"""The customers that the labelled threads are about: who works there, and what is being sold to them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deal:
    """`opening`: the subject of the thread that is on the deal already. `mention`: how people speak of it in a new
    subject; `drift`: what they write about when the subject has wandered off; `quote`: the number of its quote."""

    name: str
    opening: str
    mention: str
    drift: str
    quote: str


@dataclass(frozen=True)
class Account:
    """A large customer with two open deals, and a small one with a single open deal, who share an agency.

    The people of the large one: `champion` is on both deals, `engineer` only on the first, `newcomer` on no record.
    Of the small one: `owner` is on the deal, `clerk` on no record. `consultant` works for the agency, on deals of both;
    `private` writes from a free-mail address and is on the small deal. `past` is a deal that the small customer
    closed: long ago in even accounts, a week ago in odd ones.
    """

    large: str
    large_domain: str
    champion: str
    engineer: str
    newcomer: str
    first: Deal
    second: Deal
    small: str
    small_domain: str
    owner: str
    clerk: str
    private: str
    single: Deal
    past: Deal
    agency_domain: str
    consultant: str


# fmt: off
ACCOUNTS = (
    Account("Northlight Foods", "northlight.example", "Maja Holm", "Per Lind", "Ebba Strand",
        Deal("Northlight cold store", "Cold store in Malmö", "Insulation of the cold store", "Floor drains", "Q-2101"),
        Deal("Northlight fleet telematics", "Telematics for 40 trucks", "Telematics pilot dates",
            "Dashboard access", "Q-2102"),
        "Bakery Ferro", "ferro.example", "Lucia Ferro", "Tomas Egger", "Gino Ferro",
        Deal("Oven line 3", "Offer for oven line 3", "Oven burners", "A question about dimensions", "Q-2103"),
        Deal("Proofing cabinets", "Proofing cabinets delivery", "Hinges on the proofing cabinets", "Manuals", "Q-2003"),
        "studio-west.example", "Ada Brandt"),
    Account("Harbour Clinics", "harbourclinics.example", "Nina Okafor", "Joel Abbot", "Sam Petrie",
        Deal("Patient portal rollout", "Portal rollout plan", "Portal: SSO for nurses", "Who signs?", "Q-2111"),
        Deal("MRI service contract", "MRI service terms", "MRI helium clause", "Numbers for the board", "Q-2112"),
        "Dr. Winter Dental", "winterdental.example", "Eva Winter", "Rosa Klein", "Karl Winter",
        Deal("X-ray sensor upgrade", "Sensors for two rooms", "Sensor sizes", "One more thing", "Q-2113"),
        Deal("Dental chair lease", "Lease of chair no. 2", "Chair upholstery", "Paperwork", "Q-2013"),
        "medconsult.example", "Hugo Reis"),
    Account("Alpina Rail", "alpinarail.example", "Reto Caduff", "Urs Meier", "Lea Bieri",
        Deal("Brake inspection software", "Bremsprüfung Software", "Bremsprüfung: Testdaten", "Rückfrage", "Q-2121"),
        Deal("Station displays Chur", "Anzeigen Bahnhof Chur", "Displays in Chur: Helligkeit",
            "Termin nächste Woche", "Q-2122"),
        "Hotel Arve", "hotelarve.example", "Claire Dumont", "Yves Noir", "Paul Dumont",
        Deal("Hotel Arve booking system", "Système de réservation", "Réservation: formation",
            "Petite question", "Q-2123"),
        Deal("Minibars", "Minibars pour 30 chambres", "Clés des minibars", "Merci", "Q-2023"),
        "pontis.example", "Marc Aubert"),
    Account("Kestrel Energy", "kestrel.example", "Fiona Grant", "Ali Rahman", "Beth Moore",
        Deal("Wind farm SCADA", "SCADA for Ben Vrackie", "SCADA alarms list", "Follow-up from Tuesday", "Q-2131"),
        Deal("Turbine blade coating", "Blade coating trial", "Coating trial results", "Can you resend?", "Q-2132"),
        "Moor Farm Shop", "moorfarm.example", "Jill Tate", "Dan Poole", "Hugh Tate",
        Deal("Solar roof Moor Farm", "Solar on the barn", "Barn roof survey", "Dates", "Q-2133"),
        Deal("EV charger", "Charger in the yard", "Charger cable too short", "Quick one", "Q-2033"),
        "gridwise.example", "Owen Pryce"),
    Account("Tanaka Robotics", "tanaka-robotics.example", "Yuki Tanaka", "Ken Mori", "Aya Sato",
        Deal("Gripper line", "Grippers for cell 4", "Gripper fingers", "Drawing", "Q-2141"),
        Deal("Vision module", "Vision module evaluation", "Vision lighting", "Schedule", "Q-2142"),
        "Sakura Clinic Supplies", "sakurasupplies.example", "Mei Ito", "Ren Abe", "Taro Ito",
        Deal("Warehouse shelving", "Shelving for hall B", "Shelving load limits", "Please confirm", "Q-2143"),
        Deal("Label printers", "Label printers order", "Printer ribbons", "Thanks again", "Q-2043"),
        "hoshi-agency.example", "Emi Kato"),
    Account("Banco Sereno", "bancosereno.example", "Pilar Vega", "Luis Mora", "Ana Rey",
        Deal("Fraud scoring", "Scoring de fraude", "Fraude: falsos positivos", "Duda", "Q-2151"),
        Deal("Branch kiosks", "Kioscos para sucursales", "Kioscos: pantalla táctil", "Reunión", "Q-2152"),
        "Gestoría Luna", "gestorialuna.example", "Inés Luna", "Rafa Gil", "Teo Luna",
        Deal("Archivo digital", "Archivo digital: propuesta", "Digital: escáner", "Una consulta", "Q-2153"),
        Deal("Portátiles", "Portátiles para la oficina", "Portátiles: garantía", "Recibido", "Q-2053"),
        "consultora-sur.example", "Marta Soler"),
    Account("Greenfield University", "greenfield.example", "Ruth Adler", "Ian Cho", "Priya Nair",
        Deal("Library catalogue", "New library catalogue", "Catalogue import", "Committee feedback", "Q-2161"),
        Deal("Lecture capture", "Lecture capture in 20 rooms", "Microphones for lecture rooms",
            "Revised text", "Q-2162"),
        "Lindenhof School", "lindenhof.example", "Greta Stein", "Otto Baum", "Jana Stein",
        Deal("Tablets for year 7", "Tablets for 90 pupils", "Tablet cases", "Before the holidays", "Q-2163"),
        Deal("School network", "Network cabling", "Cabling in the gym", "Short question", "Q-2063"),
        "edu-partners.example", "Cleo Marsh"),
    Account("Orion Freight", "orionfreight.example", "Dmytro Koval", "Olha Bondar", "Ihor Lysenko",
        Deal("Customs API", "Customs API access", "API sandbox keys", "Next steps", "Q-2171"),
        Deal("Depot Odesa", "Depot in Odesa", "Depot gates", "Photos", "Q-2172"),
        "Kvitka Flowers", "kvitka.example", "Oksana Melnyk", "Taras Bily", "Roman Melnyk",
        Deal("Cooling van", "Cooling van for Kyiv", "Van temperature logs", "Small change", "Q-2173"),
        Deal("Web shop", "Web shop for flowers", "Shop photos", "All good", "Q-2073"),
        "dnipro-advice.example", "Vira Shevchuk"),
    Account("Castellan Insurance", "castellan.example", "Howard Pike", "Jess Wray", "Tom Ames",
        Deal("Claims automation", "Claims automation workshop", "Claims: OCR accuracy", "Slides", "Q-2181"),
        Deal("Broker portal renewal", "Renewal of the broker portal", "Broker portal seats",
            "Legal comments", "Q-2182"),
        "Pike & Sons Roofing", "pikeroofing.example", "Martha Pike", "Joe Dunn", "Ned Pike",
        Deal("Liability cover app", "App for liability cover", "Cover app on Android", "Are you free?", "Q-2183"),
        Deal("Scaffold tracker", "Scaffold tracker", "Scaffold tags", "Received", "Q-2083"),
        "brokerlink.example", "Dana Frost"),
    Account("Vela Textiles", "velatextiles.example", "Giulia Conti", "Marco Neri", "Sara Riva",
        Deal("Dye lab", "Dye lab equipment", "Spectrometer for the dye lab", "Updated list", "Q-2191"),
        Deal("ERP for Prato", "ERP in Prato", "ERP interfaces", "Minutes", "Q-2192"),
        "Sartoria Blu", "sartoriablu.example", "Elena Blu", "Nico Sala", "Aldo Blu",
        Deal("Cutting table", "Cutting table offer", "Table motor", "Una domanda", "Q-2193"),
        Deal("Steam presses", "Steam presses", "Press valves", "Grazie", "Q-2093"),
        "moda-consult.example", "Irene Galli"),
    Account("Bluefin Media", "bluefin.example", "Zoe Park", "Max Reed", "Lily Chan",
        Deal("Archive migration", "Migration of the tape archive", "Archive tapes 1980-1985", "Status?", "Q-2201"),
        Deal("Streaming CDN", "CDN for the spring season", "CDN peak traffic", "As discussed", "Q-2202"),
        "Corner Cinema", "cornercinema.example", "Arlo Finch", "Mia Stone", "Kit Finch",
        Deal("Ticketing kiosk", "Kiosk in the foyer", "Kiosk paper rolls", "Hello again", "Q-2203"),
        Deal("Projector lamp plan", "Projector lamps", "Lamp hours", "Thank you", "Q-2003B"),
        "screenworks.example", "Bea Quill"),
    Account("Polaris Shipyard", "polaris.example", "Sven Dahl", "Liv Aas", "Nils Berg",
        Deal("Crane retrofit", "Crane 7 retrofit", "Crane cabin glass", "Site visit", "Q-2211"),
        Deal("Welding training", "Training for welders", "Welders' certificates", "Agenda", "Q-2212"),
        "Fjord Kayaks", "fjordkayaks.example", "Ida Moe", "Lars Vik", "Ola Moe",
        Deal("Rental software", "Rental software trial", "Rental deposits", "A favour", "Q-2213"),
        Deal("Boat trailer", "Boat trailer", "Trailer lights", "Fine", "Q-2013B"),
        "nordadvise.example", "Tuva Lie"),
)
# fmt: on

CHATTER = (
    "Lunch on Thursday?",
    "Season's greetings",
    "Congratulations on the new office!",
    "Are you at the trade fair?",
    "My new phone number",
    "Would you speak on our panel?",
    "Charity run in May",
    "Do you know a good electrician?",
    "Reference for a former colleague",
    "Your talk yesterday",
    "Parking at our site",
    "Out of curiosity",
)
"""Subjects of mail that is about no deal, one for each account."""
ADMINISTRATION = (
    "Invoice 88121 not yet received",
    "New bank details",
    "Supplier questionnaire 2024",
    "Reminder: statement of account",
    "Change of billing address",
    "Proof of insurance, please",
    "Delivery note missing for order 5512",
    "VAT number check",
    "Vendor registration",
    "Double payment in March",
    "Credit note",
    "Data protection addendum",
)
HELP = (
    "Cannot log in",
    "Error 502 since this morning",
    "Password reset mail never arrives",
    "Export is empty",
    "App crashes on start",
    "Wrong language after the update",
    "Printer offline",
    "How do I delete a user?",
    "Slow since Monday",
    "Missing rows in the report",
    "Two-factor code not accepted",
    "Broken link in your manual",
)
VAGUE = (
    "Call tomorrow?",
    "Quick question",
    "Following up",
    "Next steps",
    "As discussed",
    "Update",
    "Our call",
    "Before Friday",
    "One more point",
    "Where are we?",
    "Hello",
    "Meeting notes",
)
