"""The five services, the journal shipper, and the kit that they run on."""
