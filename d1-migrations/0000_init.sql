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
CREATE INDEX `fixture_status` ON `fixture` (`status`,`starts_at_ms`);