"""Accounting: receipts, invoices, payments, taxes, the month's close and the statements."""
