CREATE TABLE `crash_board` (
	`game_id` text NOT NULL,
	`span` text NOT NULL,
	`starts_on` text NOT NULL,
	`metric` text NOT NULL,
	`user_id` text NOT NULL,
	`worth` integer NOT NULL,
	`crashed_at_ms` integer NOT NULL,
	`bet_id` text NOT NULL,
	`round_number` integer NOT NULL,
	`multiplier_hundredths` integer NOT NULL,
	`payout_minor` integer NOT NULL,
	PRIMARY KEY(`game_id`, `span`, `starts_on`, `metric`, `user_id`)
);
--> statement-breakpoint
CREATE INDEX `crash_board_rank` ON `crash_board` (`game_id`,`span`,`starts_on`,`metric`,"worth" desc,`crashed_at_ms`,`bet_id`);--> statement-breakpoint
CREATE INDEX `crash_board_starts` ON `crash_board` (`starts_on`);--> statement-breakpoint
CREATE TABLE `crash_round_part` (
	`game_id` text NOT NULL,
	`round_number` integer NOT NULL,
	`table_number` integer NOT NULL,
	`players` integer NOT NULL,
	`bets` integer NOT NULL,
	`cashed_out` integer NOT NULL,
	`staked_minor` integer NOT NULL,
	`paid_minor` integer NOT NULL,
	PRIMARY KEY(`game_id`, `round_number`, `table_number`)
);
