"""Invented names, addresses and practices. No real postcode area, telephone number or e-mail domain is used."""

from __future__ import annotations

WOMEN = (
    "Olivia", "Amelia", "Siân", "Zoë", "Grace", "Fatima", "Priya", "Margaret", "Susan", "Chloé", "Agnieszka", "Mei",
    "Hannah", "Ruth", "Joan", "Ngozi", "Aoife", "Dorothy", "Karen", "Leila", "Bethan", "Ivy", "Nicola", "Anne-Marie",
)  # fmt: skip
MEN = (
    "Oliver", "George", "Muhammad", "José", "Harry", "Tomasz", "Arjun", "Peter", "David", "Rhys", "Seán", "Wei",
    "Daniel", "Kwame", "Alan", "Brian", "Owen", "Stephen", "Jürgen", "Callum", "Amir", "Frank", "Ewan", "Jean-Luc",
)  # fmt: skip
SURNAMES = (
    "O'Neill", "D'Souza", "Smith", "Jones", "Patel", "Khan", "Taylor", "Brown", "Evans", "Okafor", "Kowalski", "Nguyễn",
    "Núñez", "Müller", "MacDonald", "St. John", "Ap Rhys", "Fletcher", "Cooper", "Ward", "Singh", "Begum", "Ali",
    "Marsh", "Thornton", "Ashdown", "Birtwhistle", "Hargreaves", "Lockwood", "Featherstone", "Smith-Jones",
    "van der Berg", "Lee", "Ó Briain",
)  # fmt: skip
# Punctuation a file must quote, then text a spreadsheet would run.
ODD_SURNAMES = ("Brown, Jr", 'Robert "Bob" Carter', "Mc Kay; senior", "  Spaced", "Null", "O’Hara")
FORMULA_SURNAMES = ("=SUM(A1:A9)", "+Adams", "-Lee", "@Home", '=HYPERLINK("http://example.invalid","x")')
TITLES = (("Mr", "Dr", "Mr", "Mx", "Mr", "Mr"), ("Mrs", "Ms", "Miss", "Dr", "Mrs", "Ms"))  # of men, of women
STREETS = (
    "Alder Way", "Bracken Close", "Cinder Lane", "Damson Road", "Elder Street", "Ferndale Avenue", "Gorse Hill, Upper",
    "Hawthorn Drive", "Ivy Terrace", "Juniper Court", "Kestrel Rise", "Lime Grove",
)  # fmt: skip
HOUSES = ("", "", "", "Rose Cottage", "Flat 2", 'The "Old" Forge', "=1+1 House")
TOWNS = ("Brambleton", "Alderwick", "Coldmere", "Dunsley Cross", "Eastering", "Fenhallow")
COUNTY = "Nowhereshire"
POSTCODE_AREA = "XX"  # not assigned in the United Kingdom
PRACTICE_KINDS = ("Surgery", "Medical Centre", "Health Centre", "Practice")
TEXTS = (
    'Says "no better", tired',
    "Seen today; review in 4/52",
    "Line one\r\nline two, with a comma",
    "Discussed options. Patient's own words: 'stiff as a board'",
    "=not a formula",
)
DOSES = ("One To Be Taken Each Day", "Two To Be Taken Four Times A Day When Required", "As Directed, With Food")
