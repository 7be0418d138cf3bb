"""Management: the big picture. KPIs by one formula each, goals, alerts, strategy on its date."""
