"""The privacy officer: register, retention, one person, breaches."""

from hansa.desk.privacy.breaches import CONSUMER
from hansa.desk.privacy.http import privacy_routes
from hansa.desk.privacy.keeping import keep_privacy
from hansa.desk.privacy.loading import load_privacy
from hansa.desk.privacy.model import PrivacySettings

__all__ = ["CONSUMER", "PrivacySettings", "keep_privacy", "load_privacy", "privacy_routes"]
