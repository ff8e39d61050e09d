"""The journal shipper: streams leg journals to telephony from where it stopped taking them."""
