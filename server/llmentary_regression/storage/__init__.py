"""What stands on disk: finding, locking and replacing files, the keyring, the baselines."""
