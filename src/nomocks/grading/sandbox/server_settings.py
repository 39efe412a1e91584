"""How the PostgreSQL for submissions is set up: who may log in, and what one run may take of it."""

from nomocks.postgres.durability import NOT_DURABLE

ADMIN = "postgres"  # the superuser; its one session never reads anything that a student made
BUILDER = "builder"  # owns the tables; it can log in only while it makes them
STUDENTS = "students"  # every run's role is in it; it owns schema public, and has rights on tables

SPACE = 512 << 20  # bytes in memory for all tables
SPACE_FOR_LOG = 192 << 20  # bytes for the write-ahead log, apart: were that full, the server ends
MEMORY_OF_SESSION = 384 << 20  # bytes of addresses, the shared ones included
CONNECTIONS_OF_RUN = 10

# A role may enter the databases that are named like it, or like a role that it is a member of.
ADMISSION = f"""\
local all {ADMIN} scram-sha-256
local all {BUILDER} scram-sha-256
local samerole +{STUDENTS} scram-sha-256
local all all reject
"""

SETTINGS = NOT_DURABLE | {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0777",  # what holds others off is the folder around
    "hba_file": "/etc/pg_hba.conf",
    "allow_alter_system": "off",
    "password_encryption": "scram-sha-256",
    # Iterations make guessing slow. Nobody guesses 24 random bytes, and each connection pays.
    "scram_iterations": "1",
    "authentication_timeout": "5s",
    "max_connections": "60",
    "superuser_reserved_connections": "5",
    "max_prepared_transactions": "0",  # one that is prepared outlives its session
    "max_replication_slots": "0",
    "max_active_replication_origins": "0",  # on a full disk, their file would be fatal
    "max_worker_processes": "0",  # each would have memory of its own
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "shared_buffers": "32MB",
    "max_wal_size": "64MB",
    "min_wal_size": "16MB",
    "checkpoint_completion_target": "0",  # at once, before the log outgrows its place
    "checkpoint_warning": "0",
    "temp_file_limit": "64MB",
    "max_notify_queue_pages": "256",
    "max_stack_depth": "2MB",
    "max_locks_per_transaction": "128",
    "client_connection_check_interval": "500ms",
    "jit": "off",
    # It would call functions in a student's indexes, with rights of its own.
    "autovacuum": "off",
    "autovacuum_freeze_max_age": "2000000000",
    "restart_after_crash": "off",  # a crash is to be noticed
    "log_min_messages": "fatal",  # a student can write any number of the lesser ones
    "log_min_error_statement": "panic",
    "update_process_title": "off",
}
