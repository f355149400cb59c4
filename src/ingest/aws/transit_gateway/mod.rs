//! Transit gateways: hubs whose own route tables decide which attached network reaches which. Lowered into a link with one
//! leg for each way from one attached network to another, so that nothing beyond this room knows what a hub is.
//! Source: Transit Gateway guide, "How transit gateways work".

mod attachment;
mod gate;
mod hub;
mod leg;
mod legs;
mod presumed;
mod switch;
mod table;

use super::lowering::Lowering;
use hub::Hubs;

/// Lowers gateways, attachments, their route tables, and at last the legs.
pub fn lower(lowering: &mut Lowering) {
    let mut hubs = Hubs::default();
    hub::lower(lowering, &mut hubs);
    attachment::lower(lowering, &mut hubs);
    table::lower(lowering, &mut hubs);
    legs::lower(lowering, &hubs);
}
