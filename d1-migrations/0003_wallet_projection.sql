CREATE TABLE `house_daily` (
	`day` text NOT NULL,
	`account` text NOT NULL,
	`shard` integer NOT NULL,
	`currency` text NOT NULL,
	`sum_minor` integer NOT NULL,
	`postings` integer NOT NULL,
	PRIMARY KEY(`day`, `account`, `shard`, `currency`)
);
--> statement-breakpoint
CREATE TABLE `wallet_account` (
	`wallet_id` text NOT NULL,
	`account` text NOT NULL,
	`currency` text NOT NULL,
	`posted_minor` integer NOT NULL,
	`held_minor` integer NOT NULL,
	`epoch` integer NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`wallet_id`, `account`)
);
--> statement-breakpoint
CREATE TABLE `wallet_projection` (
	`wallet_id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`currency` text NOT NULL,
	`shard` integer NOT NULL,
	`epoch` integer NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL,
	`updated_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `wallet_projection_shard` ON `wallet_projection` (`shard`,`wallet_id`);--> statement-breakpoint
ALTER TABLE `bet` ADD `epoch` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `bet_selection` ADD `epoch` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
-- Postings that were stored before there were totals were never counted: they come again from the wallets, which are read anew.
DELETE FROM `wallet_posting`;
