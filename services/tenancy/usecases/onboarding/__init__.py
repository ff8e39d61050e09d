"""How clients come in: beginning a run, taking it on, and what people do to it."""
