CREATE TABLE `anchor` (
	`country` text NOT NULL,
	`day` text NOT NULL,
	`shard` integer NOT NULL,
	`count` integer NOT NULL,
	`root` text NOT NULL,
	`previous_root` text,
	`signature` text NOT NULL,
	`kid` text NOT NULL,
	`anchored_at_ms` integer NOT NULL,
	PRIMARY KEY(`country`, `day`, `shard`)
);
--> statement-breakpoint
CREATE INDEX `anchor_shard` ON `anchor` (`shard`,`day`);--> statement-breakpoint
CREATE TABLE `recon_cursor` (
	`job` text PRIMARY KEY NOT NULL,
	`position` text NOT NULL,
	`updated_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `recon_item` (
	`id` text PRIMARY KEY NOT NULL,
	`level` text NOT NULL,
	`class` text NOT NULL,
	`scope` text NOT NULL,
	`subject` text NOT NULL,
	`here_minor` integer,
	`there_minor` integer,
	`note` text NOT NULL,
	`owner` text,
	`first_seen_at_ms` integer NOT NULL,
	`last_seen_at_ms` integer NOT NULL,
	`resolved_at_ms` integer
);
--> statement-breakpoint
CREATE INDEX `recon_item_open` ON `recon_item` (`resolved_at_ms`,`first_seen_at_ms`);--> statement-breakpoint
CREATE INDEX `recon_item_subject` ON `recon_item` (`level`,`scope`,`subject`);--> statement-breakpoint
CREATE TABLE `recon_run` (
	`id` text PRIMARY KEY NOT NULL,
	`country` text NOT NULL,
	`level` text NOT NULL,
	`scope` text NOT NULL,
	`from_position` text NOT NULL,
	`to_position` text NOT NULL,
	`started_at_ms` integer NOT NULL,
	`ended_at_ms` integer NOT NULL,
	`checked` integer NOT NULL,
	`clean` integer NOT NULL,
	`findings` text NOT NULL,
	`finding_count` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `recon_run_started` ON `recon_run` (`started_at_ms`);--> statement-breakpoint
CREATE INDEX `recon_run_level` ON `recon_run` (`level`,`scope`,`started_at_ms`);--> statement-breakpoint
CREATE TABLE `statement_line` (
	`provider` text NOT NULL,
	`receipt` text NOT NULL,
	`digest` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`occurred_at_ms` integer NOT NULL,
	`raw` text NOT NULL,
	`read_at_ms` integer NOT NULL,
	PRIMARY KEY(`provider`, `receipt`, `digest`)
);
--> statement-breakpoint
CREATE INDEX `statement_line_occurred` ON `statement_line` (`provider`,`occurred_at_ms`);--> statement-breakpoint
CREATE INDEX `payment_intent_receipt` ON `payment_intent` (`receipt`);