"""What the activity page says of runs that set clients up, change their service and end it."""

from __future__ import annotations

from typing import Final

RUN_ACTIONS: Final = {
    "onboardingRuns.start": "Set-up begun",
    "onboardingRuns.sign": "Agreement signed on paper",
    "onboardingRuns.retry": "Set-up tried again",
    "onboardingRuns.cancel": "Set-up taken back",
    "onboardingRuns.end": "Set-up ended",
    "lifecycleRuns.withdraw": "End of service taken back",
    "lifecycleRuns.start": "Change of service begun",
    "lifecycleRuns.retry": "Change of service tried again",
    "lifecycleRuns.end": "Change of service ended",
}
