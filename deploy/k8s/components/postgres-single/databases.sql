-- One database for each store. Roles, their rights and all tables are made by the migrations.
CREATE DATABASE tenancy;
CREATE DATABASE telephony;
CREATE DATABASE usage;
CREATE DATABASE billing;
CREATE DATABASE gateway;
