CREATE TABLE `booking_code` (
	`code` text PRIMARY KEY NOT NULL,
	`selections` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`loads` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `booking_code_expires` ON `booking_code` (`expires_at_ms`);