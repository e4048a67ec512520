CREATE TABLE `crash_autoplay` (
	`order_id` text PRIMARY KEY NOT NULL,
	`game_id` text NOT NULL,
	`table_number` integer NOT NULL,
	`user_id` text NOT NULL,
	`slot` text NOT NULL,
	`stake_minor` integer NOT NULL,
	`target_hundredths` integer NOT NULL,
	`rounds` integer NOT NULL,
	`stop_loss_minor` integer NOT NULL,
	`stop_win_minor` integer NOT NULL,
	`started_at_ms` integer NOT NULL,
	`ended_at_ms` integer,
	`end_reason` text,
	`end_detail` text,
	`rounds_taken` integer NOT NULL,
	`net_minor` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `crash_autoplay_of_user` ON `crash_autoplay` (`user_id`,"started_at_ms" desc);