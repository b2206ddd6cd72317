# Packer 1.7 and later fetch the plugin with `packer init .`; in older ones, Debian's 1.6.6
# among them, it is built in and this file is to be removed.
packer {
  required_plugins {
    amazon = {
      version = ">= 1.2.0"
      source  = "github.com/hashicorp/amazon"
    }
  }
}
