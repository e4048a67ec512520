CREATE TABLE `audit_log` (
	`id` text PRIMARY KEY NOT NULL,
	`at_ms` integer NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`request_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_log_at` ON `audit_log` (`at_ms`);--> statement-breakpoint
CREATE INDEX `audit_log_subject` ON `audit_log` (`subject`,`at_ms`);--> statement-breakpoint
CREATE TABLE `fixture` (
	`fixture_id` text PRIMARY KEY NOT NULL,
	`sport` text NOT NULL,
	`league` text NOT NULL,
	`home_team` text NOT NULL,
	`away_team` text NOT NULL,
	`starts_at_ms` integer NOT NULL,
	`status` text NOT NULL,
	`home_score` integer,
	`away_score` integer,
	`result_version` integer NOT NULL,
	`seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `fixture_starts` ON `fixture` (`starts_at_ms`);--> statement-breakpoint
CREATE INDEX `fixture_status` ON `fixture` (`status`,`starts_at_ms`);--> statement-breakpoint
CREATE TABLE `crash_round` (
	`game_id` text NOT NULL,
	`round_number` integer NOT NULL,
	`chain_number` integer NOT NULL,
	`crash_hundredths` integer NOT NULL,
	`server_seed` text NOT NULL,
	`salt` text NOT NULL,
	`house_edge_basis_points` integer NOT NULL,
	`cap_hundredths` integer NOT NULL,
	`started_at_ms` integer NOT NULL,
	`crashed_at_ms` integer NOT NULL,
	PRIMARY KEY(`game_id`, `round_number`)
);
--> statement-breakpoint
CREATE INDEX `crash_round_crashed` ON `crash_round` (`crashed_at_ms`);--> statement-breakpoint
CREATE TABLE `identity_document` (
	`country` text NOT NULL,
	`id_type` text NOT NULL,
	`number_hash` text NOT NULL,
	`user_id` text NOT NULL,
	`job_id` text NOT NULL,
	`claimed_at_ms` integer NOT NULL,
	PRIMARY KEY(`country`, `id_type`, `number_hash`)
);
--> statement-breakpoint
CREATE INDEX `identity_document_user` ON `identity_document` (`user_id`);--> statement-breakpoint
CREATE TABLE `kyc_job` (
	`job_id` text PRIMARY KEY NOT NULL,
	`country` text NOT NULL,
	`user_id` text NOT NULL,
	`id_type` text NOT NULL,
	`number_hash` text NOT NULL,
	`number_masked` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`result_code` text,
	`provider_job_id` text,
	`started_at_ms` integer NOT NULL,
	`finished_at_ms` integer
);
--> statement-breakpoint
CREATE INDEX `kyc_job_user` ON `kyc_job` (`user_id`,`started_at_ms`);--> statement-breakpoint
CREATE INDEX `kyc_job_status` ON `kyc_job` (`status`,`started_at_ms`);--> statement-breakpoint
CREATE TABLE `user` (
	`user_id` text PRIMARY KEY NOT NULL,
	`country` text NOT NULL,
	`phone_number` text NOT NULL,
	`full_name` text NOT NULL,
	`status` text NOT NULL,
	`verified` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `user_phone` ON `user` (`phone_number`);--> statement-breakpoint
CREATE INDEX `user_created` ON `user` (`created_at_ms`);--> statement-breakpoint
CREATE TABLE `payment_intent` (
	`intent_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`kind` text NOT NULL,
	`user_id` text NOT NULL,
	`country` text NOT NULL,
	`method` text NOT NULL,
	`status` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`net_minor` integer,
	`tax_minor` integer NOT NULL,
	`provider_reference` text,
	`receipt` text,
	`failure` text,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `payment_intent_reference` ON `payment_intent` (`provider_reference`);--> statement-breakpoint
CREATE INDEX `payment_intent_user` ON `payment_intent` (`user_id`,`created_at_ms`);--> statement-breakpoint
CREATE INDEX `payment_intent_status` ON `payment_intent` (`status`,`updated_at_ms`);--> statement-breakpoint
CREATE TABLE `provider_callback` (
	`callback_id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`kind` text NOT NULL,
	`intent_id` text,
	`body` text NOT NULL,
	`received_at_ms` integer NOT NULL,
	`processed_at_ms` integer,
	`result` text
);
--> statement-breakpoint
CREATE INDEX `provider_callback_open` ON `provider_callback` (`processed_at_ms`,`received_at_ms`);--> statement-breakpoint
CREATE TABLE `bet` (
	`bet_id` text PRIMARY KEY NOT NULL,
	`wallet_id` text NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`stake_minor` integer NOT NULL,
	`lines` integer NOT NULL,
	`potential_win_minor` integer NOT NULL,
	`paid_minor` integer NOT NULL,
	`placed_at_ms` integer NOT NULL,
	`settled_at_ms` integer,
	`seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `bet_wallet` ON `bet` (`wallet_id`,`placed_at_ms`);--> statement-breakpoint
CREATE INDEX `bet_status` ON `bet` (`status`,`placed_at_ms`);--> statement-breakpoint
CREATE TABLE `bet_selection` (
	`bet_id` text NOT NULL,
	`n` integer NOT NULL,
	`selection_id` text NOT NULL,
	`fixture_id` text NOT NULL,
	`market_id` text NOT NULL,
	`fixture_name` text NOT NULL,
	`market_name` text NOT NULL,
	`outcome_name` text NOT NULL,
	`odds_thousandths` integer NOT NULL,
	`price_version` integer NOT NULL,
	`outcome` text,
	`result_version` integer NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`bet_id`, `n`)
);
--> statement-breakpoint
CREATE INDEX `bet_selection_fixture` ON `bet_selection` (`fixture_id`,`market_id`);--> statement-breakpoint
CREATE TABLE `wallet_balance` (
	`wallet_id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`currency` text NOT NULL,
	`epoch` integer NOT NULL,
	`seq` integer NOT NULL,
	`cash_minor` integer NOT NULL,
	`held_minor` integer NOT NULL,
	`bonus_minor` integer NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `wallet_entry` (
	`wallet_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`seq` integer NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`ref` text NOT NULL,
	`ref_type` text NOT NULL,
	`currency` text NOT NULL,
	`tax_lines` text NOT NULL,
	`occurred_at_ms` integer NOT NULL,
	`recorded_at_ms` integer NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`wallet_id`, `epoch`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `wallet_entry_kind` ON `wallet_entry` (`kind`,`recorded_at_ms`);--> statement-breakpoint
CREATE INDEX `wallet_entry_ref` ON `wallet_entry` (`ref`);--> statement-breakpoint
CREATE TABLE `wallet_posting` (
	`wallet_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`seq` integer NOT NULL,
	`n` integer NOT NULL,
	`account` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`held_minor` integer NOT NULL,
	`posted_after_minor` integer NOT NULL,
	`held_after_minor` integer NOT NULL,
	`recorded_at_ms` integer NOT NULL,
	PRIMARY KEY(`wallet_id`, `epoch`, `seq`, `n`)
);
--> statement-breakpoint
CREATE INDEX `wallet_posting_account` ON `wallet_posting` (`account`,`recorded_at_ms`);