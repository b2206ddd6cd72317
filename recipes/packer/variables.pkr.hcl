# What both templates need, and nothing of it has a default: PKR_VAR_name, -var or a file of
# your own for -var-file. Credentials come from the environment or the instance's role.

variable "region" {
  type        = string
  description = "The region of the source AMI, in which the new one is made."
}

variable "source_ami" {
  type        = string
  description = "The AMI to start from."
}

variable "ami_name" {
  type        = string
  default     = "netpoll-shim"
  description = "The new AMI's name; the time is appended."
}

variable "accept_unknown" {
  type        = bool
  default     = true
  description = "Whether a kernel or driver of which not enough is known leaves the build good."
}

locals {
  ami_name = "${var.ami_name}-${formatdate("YYYYMMDDhhmm", timestamp())}"
  unknown  = var.accept_unknown ? "accept" : "fail"
}
