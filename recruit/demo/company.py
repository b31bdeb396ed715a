"""The invented company: offices, vacancies, people who work there."""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "Vesna Retail"


@dataclass(frozen=True, kw_only=True)
class DemoOffice:
    """An invented office."""

    name: str
    city: str
    address: str
    directions: str
    zone: str
    phone: str
    contact: str
    language: str
    latitude: float
    longitude: float


OFFICES = (
    DemoOffice(
        name="Moscow, Lesnaya 5",
        city="Moscow",
        address="Lesnaya 5, entrance B, 3rd floor",
        directions=(
            "Belorusskaya metro, exit 2. Walk along Lesnaya street for five minutes, the grey house on the left.\n"
            "Entrance B is in the yard, behind the barrier. Tell the guard “interview at Vesna” and show a document.\n"
            "Lift or stairs to the 3rd floor, the desk is on the right."
        ),
        zone="Europe/Moscow",
        phone="+7 000 100-20-30",
        contact="Dina",
        language="ru",
        latitude=55.7789,
        longitude=37.5891,
    ),
    DemoOffice(
        name="Kazan, Baumana 20",
        city="Kazan",
        address="Baumana 20, 2nd floor",
        directions=(
            "Ploshchad Tukaya metro, then two minutes along Baumana street.\n"
            "The entrance is between the bakery and the bank; ring the bell “Vesna”."
        ),
        zone="Europe/Moscow",
        phone="+7 000 200-30-40",
        contact="Ruslan",
        language="ru",
        latitude=55.7887,
        longitude=49.1221,
    ),
    DemoOffice(
        name="Bangkok, Silom 12",
        city="Bangkok",
        address="12 Silom Road, 9th floor",
        directions=(
            "BTS Sala Daeng, exit 2. Walk towards the river for four minutes.\n"
            "Take the lift in the north tower to the 9th floor and ask for Vesna."
        ),
        zone="Asia/Bangkok",
        phone="+66 00 000 1234",
        contact="Mint",
        language="th",
        latitude=13.7280,
        longitude=100.5340,
    ),
)


@dataclass(frozen=True, kw_only=True)
class DemoVacancy:
    """An invented vacancy; ``office`` counts in ``OFFICES``, pay is a month."""

    title: str
    office: int
    field_of_work: str
    openings: int
    low: int
    high: int
    currency: str
    hours: str
    requirements: str
    # The shipped job description that it is written from; empty: nobody has written one yet.
    described_as: str = ""


VACANCIES = (
    DemoVacancy(
        title="Sales manager, Khimki",
        office=0,
        field_of_work="sales",
        openings=12,
        low=75_000,
        high=95_000,
        currency="RUB",
        hours="5/2, 9:00–18:00",
        requirements="Sales at least 1 year\nCRM\nNegotiations\nDriving licence B\nExcel",
        described_as="account-manager",
    ),
    DemoVacancy(
        title="Shop assistant, Mytishchi",
        office=0,
        field_of_work="sales",
        openings=20,
        low=55_000,
        high=70_000,
        currency="RUB",
        hours="2/2, 9:00–21:00",
        requirements="Cash desk\nShift work",
        described_as="shop-assistant",
    ),
    DemoVacancy(
        title="Courier, Moscow",
        office=0,
        field_of_work="courier",
        openings=40,
        low=70_000,
        high=120_000,
        currency="RUB",
        hours="flexible",
        requirements="Own bicycle or car\nKnows the city",
        described_as="courier",
    ),
    DemoVacancy(
        title="Call-centre operator",
        office=0,
        field_of_work="call",
        openings=25,
        low=50_000,
        high=65_000,
        currency="RUB",
        hours="shifts",
        requirements="Clear speech\nSure with a computer",
        described_as="call-operator",
    ),
    DemoVacancy(
        title="Warehouse worker, Khimki",
        office=0,
        field_of_work="courier",
        openings=15,
        low=65_000,
        high=80_000,
        currency="RUB",
        hours="2/2, nights",
        requirements="Shift work\nMedical book",
    ),
    DemoVacancy(
        title="Sales consultant, Kazan",
        office=1,
        field_of_work="sales",
        openings=10,
        low=50_000,
        high=68_000,
        currency="RUB",
        hours="2/2",
        requirements="Sales at least 1 year",
        described_as="shop-assistant",
    ),
    DemoVacancy(
        title="Courier, Kazan",
        office=1,
        field_of_work="courier",
        openings=18,
        low=55_000,
        high=85_000,
        currency="RUB",
        hours="flexible",
        requirements="Driving licence B",
        described_as="courier",
    ),
    DemoVacancy(
        title="Telemarketer, Kazan",
        office=1,
        field_of_work="call",
        openings=12,
        low=42_000,
        high=60_000,
        currency="RUB",
        hours="5/2, 10:00–19:00",
        requirements="Cold calls",
        described_as="call-operator",
    ),
    DemoVacancy(
        title="Picker, Kazan",
        office=1,
        field_of_work="courier",
        openings=10,
        low=48_000,
        high=60_000,
        currency="RUB",
        hours="shifts",
        requirements="Shift work",
    ),
    DemoVacancy(
        title="พนักงานขาย สีลม",
        office=2,
        field_of_work="sales",
        openings=8,
        low=15_000,
        high=21_000,
        currency="THB",
        hours="10:00–19:00",
        requirements="English A2",
        described_as="shop-assistant",
    ),
    DemoVacancy(
        title="Rider, Bangkok",
        office=2,
        field_of_work="courier",
        openings=30,
        low=16_000,
        high=26_000,
        currency="THB",
        hours="flexible",
        requirements="Driving licence",
        described_as="courier",
    ),
    DemoVacancy(
        title="Call agent, Bangkok",
        office=2,
        field_of_work="call",
        openings=10,
        low=18_000,
        high=24_000,
        currency="THB",
        hours="shifts",
        requirements="English B1",
    ),
)

SOURCES = (
    ("hh", "hh.ru", "board"),
    ("superjob", "SuperJob", "board"),
    ("avito", "Avito", "board"),
    ("referral", "Referral", "referral"),
    ("careers", "Careers page", "careers"),
    ("agency", "Agency", "agency"),
    ("walk-in", "Walk-in", "walk_in"),
)

# Name, e-mail before the @, role. The demo's password is printed by ``manage.py up`` and works nowhere else.
STAFF = (
    ("Dina Alieva", "recruiter", "recruiter"),
    ("Marina Orlova", "lead", "lead"),
    ("Artem Admin", "admin", "admin"),
    ("Kira Zvonova", "caller", "caller"),
    ("Denis Stoikin", "desk", "desk"),
    ("Olga Orlova", "interviewer", "interviewer"),
    ("Sergey Kim", "manager", "hiring_manager"),
)
# Who began in the main office this week: with them two sessions can be held at once. They have no past.
NEWCOMERS = ("Irina Belova", "Pavel Ershov")
INTERVIEWERS = ("Olga Orlova", "Sergey Kim", "Nina Sharipova", "Kamil Garaev", "Mint Srisai", "Niran Chaiya")
