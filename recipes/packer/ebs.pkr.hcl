# amazon-ebs: boots the source AMI, installs the packages there and makes a new AMI.
#   packer build -only=amazon-ebs.netpoll_shim -var ... .
# To change: ssh_username and instance_type, by the source AMI; the packages' URLs and sums.
# The kernels that count are those of the image, not the one that runs during the build.

variable "ssh_username" {
  type        = string
  default     = "admin"
  description = "The source AMI's user: admin (Debian), ubuntu, ec2-user."
}

variable "instance_type" {
  type    = string
  default = "t3.small"
}

variable "packages" {
  type = list(object({
    url    = string
    sha256 = string
  }))
  default     = []
  description = "The packages netpoll-shim and netpoll-shim-dkms, .deb or .rpm."
}

source "amazon-ebs" "netpoll_shim" {
  region        = var.region
  source_ami    = var.source_ami
  instance_type = var.instance_type
  ssh_username  = var.ssh_username
  ami_name      = local.ami_name
  ena_support   = true
}

build {
  sources = ["source.amazon-ebs.netpoll_shim"]

  provisioner "shell" {
    environment_vars = [
      "NETPOLL_SHIM_PACKAGES=${join(" ", [for p in var.packages : "${p.sha256} ${p.url}"])}",
    ]
    execute_command = "sudo env {{ .Vars }} sh {{ .Path }}"
    script          = "${path.root}/../scripts/install"
  }

  provisioner "shell" {
    environment_vars = ["NETPOLL_SHIM_UNKNOWN=${local.unknown}"]
    execute_command  = "sudo env {{ .Vars }} sh {{ .Path }}"
    script           = "${path.root}/../scripts/check-image"
  }
}
