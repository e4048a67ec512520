DROP TABLE `wallet_balance`;
