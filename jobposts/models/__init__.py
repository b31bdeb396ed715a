"""Tables of the job boards; one aggregate a file."""

from jobposts.models.account import BoardAccount, BoardSystem
from jobposts.models.careers import CareersPage
from jobposts.models.posting import Posting, Promotion
from jobposts.models.response import BoardNotice, BoardResponse, CollectionCheck

__all__ = [
    "BoardAccount",
    "BoardNotice",
    "BoardResponse",
    "BoardSystem",
    "CareersPage",
    "CollectionCheck",
    "Posting",
    "Promotion",
]
