"""What banks lean on by choice: the Bank contract, discovery, paging, dates, masks. Never a base class."""
